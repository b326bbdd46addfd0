package dev.tollgate.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tollgate.reports.EntryRow;
import dev.tollgate.reports.Figures;
import dev.tollgate.reports.pg.Export;
import dev.tollgate.reports.pg.PgExports;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * The body of an export: some hundred entries at a time, the next ones when the client has taken those before. JSON ends
 * with a line that says so and has the sums. An export that fails breaks the connection off, and has no such line.
 */
final class ExportBody {
    private static final int ENTRIES_AT_ONCE = 500;
    private static final byte[] NOTHING = {};

    private final Export export;
    private final boolean csv;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final OutputStream out;
    private long entries;
    private BigInteger providerCost = BigInteger.ZERO;
    private BigInteger charge = BigInteger.ZERO;
    private boolean begun;
    private boolean ended;

    ExportBody(Export export, boolean csv, boolean gzip) {
        this.export = export;
        this.csv = csv;
        try {
            this.out = gzip ? new GZIPOutputStream(bytes, /* syncFlush= */ true) : bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Chunks of the body, made on worker threads, one for each that is asked for. */
    Multi<byte[]> chunks() {
        return Multi.createBy()
                .repeating()
                .uni(this::next)
                .until(chunk -> chunk.length == 0)
                .onTermination()
                .invoke(export::close);
    }

    private Uni<byte[]> next() {
        if (ended) {
            return Uni.createFrom().item(NOTHING);
        }
        return AdminRequest.uni(() -> export.next(ENTRIES_AT_ONCE))
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(this::chunk);
    }

    private byte[] chunk(List<EntryRow> rows) {
        StringBuilder text = new StringBuilder();
        if (csv && !begun) {
            Csv.line(text, PgExports.members());
        }
        begun = true;
        for (EntryRow row : rows) {
            entries++;
            providerCost =
                    providerCost.add(BigInteger.valueOf(row.providerCost().nanos()));
            charge = charge.add(BigInteger.valueOf(row.charge().nanos()));
            if (csv) {
                Csv.line(text, row.cells());
            } else {
                text.append(requireNonNull(row.cells().getFirst())).append('\n');
            }
        }
        ended = rows.isEmpty();
        if (ended && !csv) {
            text.append(end().encode()).append('\n');
        }
        return encoded(text);
    }

    private JsonObject end() {
        return new JsonObject()
                .put("object", "end")
                .put("complete", true)
                .put("entries", entries)
                .put("currency", "USD")
                .put("provider_cost", Figures.dollars(providerCost))
                .put("charge", Figures.dollars(charge));
    }

    private byte[] encoded(StringBuilder text) {
        try {
            out.write(text.toString().getBytes(UTF_8));
            out.flush();
            if (ended) {
                out.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] chunk = bytes.toByteArray();
        bytes.reset();
        return chunk;
    }
}
