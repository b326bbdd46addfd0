package dev.tollgate.provider.simulated;

import java.time.Clock;

/** Every path that the simulated provider knows. */
final class Endpoints {
    private Endpoints() {}

    static Routes routes(Clock clock, Ids ids, ChargeBook charges) {
        PromptCache cache = new PromptCache();
        Store store = new Store();
        StoredCompletions stored = new StoredCompletions(clock, ids, store);
        ChatCompletions chat = new ChatCompletions(clock, ids, cache, stored);
        Images images = new Images(clock);
        Routes routes = new Routes()
                .post("/v1/chat/completions", chat::create)
                .post("/v1/embeddings", new Embeddings()::create)
                .post("/v1/completions", new Completions(clock, ids)::create)
                .post("/v1/moderations", new Moderations(ids)::create)
                .post("/v1/images/generations", images::generate)
                .post("/v1/images/edits", images::edit)
                .post("/v1/images/variations", images::edit)
                .post("/v1/audio/speech", Speech::create)
                .post("/v1/audio/transcriptions", Transcriptions::transcribe)
                .post("/v1/audio/translations", Transcriptions::translate)
                .get("/v1/models", Models::list)
                .get("/v1/models/*", Models::get)
                .delete("/v1/models/*", Models::delete)
                .get("/simulated/charges", _ -> Answer.json(ChargeBook.json(charges.snapshot())))
                .delete("/simulated/charges", _ -> {
                    charges.reset();
                    return Answer.json(ChargeBook.json(charges.snapshot()));
                });
        new Responses(clock, ids, cache, store).addTo(routes);
        stored.addTo(routes);
        new Resources(clock, ids, store).addTo(routes);
        return routes;
    }
}
