package dev.tollgate.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class StoreTest {
    private final Store store = new Store();

    @Test
    void forgets_the_oldest_object_when_there_are_too_many() {
        for (int i = 0; i <= Store.OBJECTS_MAX; i++) {
            store.put("/v1/files", "file-" + i, Json.object().put("id", "file-" + i));
        }
        assertThat(store.find("/v1/files", "file-0")).isNull();
        assertThat(store.find("/v1/files", "file-1")).isNotNull();
        assertThat(store.all("/v1/files")).hasSize(Store.OBJECTS_MAX);
    }

    @Test
    void forgets_the_oldest_objects_when_they_are_too_large() {
        Buffer third = Buffer.buffer(new byte[(int) (Store.BYTES_MAX / 3)]);
        for (String id : new String[] {"a", "b", "c", "d"}) {
            store.put("/v1/files", id, Json.object().put("id", id), third);
        }
        assertThat(store.all("/v1/files"))
                .extracting(file -> file.path("id").asText())
                .containsExactly("c", "d");
    }

    @Test
    void has_room_again_after_a_removal() {
        Buffer half = Buffer.buffer(new byte[(int) (Store.BYTES_MAX / 2) - 100]);
        store.put("/v1/files", "a", Json.object().put("id", "a"), half);
        for (int i = 0; i < 10; i++) {
            store.put("/v1/files", "b", Json.object().put("id", "b"), half);
            store.remove("/v1/files", "b");
        }
        assertThat(store.find("/v1/files", "a")).isNotNull();
    }

    @Test
    void keeps_collections_apart() {
        store.put("/v1/files", "same", Json.object().put("id", "same"));
        assertThatThrownBy(() -> store.get("/v1/batches", "same"))
                .isInstanceOf(ApiError.class)
                .hasMessageContaining("'same'");
        assertThat(store.all("/v1/batches")).isEmpty();
    }

    @Test
    void refuses_a_page_size_out_of_bounds() {
        for (String limit : new String[] {"0", "10001", "-1", "many"}) {
            assertThatThrownBy(() -> store.page(
                            "/v1/files", MultiMap.caseInsensitiveMultiMap().add("limit", limit)))
                    .isInstanceOf(ApiError.class)
                    .hasMessageContaining(limit);
        }
    }
}
