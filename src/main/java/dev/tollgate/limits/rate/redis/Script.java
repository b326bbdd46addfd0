package dev.tollgate.limits.rate.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.net.redis.Link;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Something that Redis does as one. It is called by its hash, and sent where Redis does not know it. */
final class Script {
    private static final String COMMON = read("rate-bucket.lua");

    private final String source;
    private final String sha1;

    /** @param name of a file beside {@code rate-bucket.lua} */
    Script(String name) {
        this.source = COMMON + read(name);
        this.sha1 = sha1(source);
    }

    Future<Response> run(Link link, List<String> keys, List<String> arguments) {
        return link.send(request(Command.EVALSHA, sha1, keys, arguments))
                .recover(failure -> failure instanceof ErrorType error && error.is("NOSCRIPT")
                        ? link.send(request(Command.EVAL, source, keys, arguments))
                        : Future.failedFuture(failure));
    }

    private static Request request(Command command, String script, List<String> keys, List<String> arguments) {
        Request request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        arguments.forEach(request::arg);
        return request;
    }

    private static String read(String name) {
        try (InputStream file = Script.class.getResourceAsStream("/redis/" + name)) {
            if (file == null) {
                throw new IllegalStateException("/redis/" + name + " is not among the resources");
            }
            return new String(file.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
