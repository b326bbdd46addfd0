package dev.tollgate.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.net.Destinations.Destination;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where a name may lead to. */
class DestinationsTest {
    private static final AddressRules RULES = new AddressRules(List.of(Network.parse("10.0.0.0/8")));

    @Test
    void a_public_name_leads_to_its_first_address() {
        assertThat(found("8.8.8.8", "2606:4700::1111").result()).isEqualTo(new Destination(address("8.8.8.8"), false));
    }

    @Test
    void a_name_with_one_address_inside_leads_nowhere() {
        Future<Destination> found = found("8.8.8.8", "169.254.169.254");
        assertThat(found.cause()).isInstanceOf(Destinations.Forbidden.class);
        assertThat(found.cause().getMessage()).doesNotContain("169").contains("TOLLGATE_TRUSTED_NETWORKS");
    }

    @Test
    void a_name_is_trusted_when_all_of_its_addresses_are() {
        assertThat(found("10.0.0.1", "10.0.0.2").result().trusted()).isTrue();
        assertThat(found("10.0.0.1", "8.8.8.8").result().trusted()).isFalse();
    }

    @Test
    void a_name_without_an_address_is_unknown() {
        assertThat(found().cause()).isInstanceOf(Destinations.Unknown.class);
        assertThat(new Destinations(RULES, _ -> Future.failedFuture(new UnknownHostException("x")))
                        .find("x")
                        .cause())
                .isInstanceOf(Destinations.Unknown.class);
    }

    private static Future<Destination> found(String... addresses) {
        List<InetAddress> all =
                Stream.of(addresses).map(DestinationsTest::address).toList();
        return new Destinations(RULES, _ -> Future.succeededFuture(all)).find("example.com");
    }

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }
}
