package dev.tollgate.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.net.AddressRules;
import dev.tollgate.net.Destinations;
import dev.tollgate.net.Network;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where base URLs of tenants may lead. */
class GuardedHostsTest {
    private final Deque<String> names = new ArrayDeque<>();
    private long nanos = 1;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1",
                "https://127.8.9.10:8443/v1",
                "https://localhost",
                "https://0.0.0.0",
                "https://10.0.0.1",
                "https://172.16.0.1",
                "https://192.168.0.1",
                "https://100.64.0.1",
                "https://169.254.169.254/latest/meta-data",
                "https://168.63.129.16",
                "https://192.0.0.192",
                "https://224.0.0.1",
                "https://255.255.255.255",
                "https://[::]",
                "https://[::1]",
                "https://[fe80::1]",
                "https://[fd00:ec2::254]",
                "https://[::ffff:127.0.0.1]",
                "https://[::ffff:7f00:1]",
                "https://[::127.0.0.1]",
                "https://[64:ff9b::a9fe:a9fe]",
                "https://[::ffff:0:127.0.0.1]",
                "https://[2002:7f00:1::]",
                "https://[2001:0:1::]",
                "https://[ff02::1]"
            })
    void insiders_addresses_are_refused_in_whatever_form(String url) {
        assertThatThrownBy(() -> find(hosts(List.of()), url))
                .hasCauseInstanceOf(GuardedHosts.Refused.class)
                .hasMessageContaining("TOLLGATE_TRUSTED_NETWORKS")
                .hasMessageNotContaining("127.0.0.1");
    }

    /** Forms that some resolvers take for addresses are no URL of ours, or are judged by the address that they become. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://2130706433",
                "https://0x7f000001",
                "https://127.1",
                "https://user@127.0.0.1",
                "https://127.0.0.1#@example.com",
                "https://[::1%25lo]"
            })
    void odd_forms_lead_nowhere(String url) {
        assertThatThrownBy(() -> find(hosts(List.of()), url))
                .satisfies(failure ->
                        assertThat(failure).isInstanceOfAny(IllegalArgumentException.class, CompletionException.class));
    }

    /** Octal digits are none to Java; what it takes them for is what is connected to. */
    @Test
    void the_address_is_connected_to_as_it_was_read() {
        assertThat(find(hosts(List.of()), "https://0177.0.0.1").hostAddress()).isEqualTo("177.0.0.1");
    }

    @Test
    void one_address_inside_among_several_refuses_the_name() {
        names.add("93.184.215.14,10.0.0.1");
        assertThatThrownBy(() -> find(hosts(List.of()), "https://example.com"))
                .hasCauseInstanceOf(GuardedHosts.Refused.class);
    }

    @Test
    void the_address_that_was_checked_is_connected_to_though_the_name_leads_elsewhere_meanwhile() {
        GuardedHosts hosts = hosts(List.of());
        names.add("93.184.215.14");
        names.add("127.0.0.1");
        assertThat(find(hosts, "https://example.com").hostAddress()).isEqualTo("93.184.215.14");
        nanos += Duration.ofSeconds(29).toNanos();
        assertThat(find(hosts, "https://example.com").hostAddress()).isEqualTo("93.184.215.14");
        nanos += Duration.ofSeconds(2).toNanos();
        assertThatThrownBy(() -> find(hosts, "https://example.com")).hasCauseInstanceOf(GuardedHosts.Refused.class);
    }

    @Test
    void plain_http_goes_to_trusted_networks_alone() {
        GuardedHosts hosts = hosts(List.of(Network.parse("10.1.0.0/16")));
        names.add("93.184.215.14");
        assertThatThrownBy(() -> find(hosts, "http://example.com"))
                .hasCauseInstanceOf(GuardedHosts.Refused.class)
                .hasMessageContaining("https");
        assertThat(find(hosts, "http://10.1.2.3:8000").toString()).isEqualTo("10.1.2.3:8000");
        assertThatThrownBy(() -> find(hosts, "http://10.2.2.3")).hasCauseInstanceOf(GuardedHosts.Refused.class);
    }

    private GuardedHosts hosts(List<Network> trusted) {
        return new GuardedHosts(new Destinations(new AddressRules(trusted), this::resolve), () -> nanos);
    }

    private Future<List<InetAddress>> resolve(String host) {
        try {
            String addresses = host.equals("example.com") ? names.remove() : host;
            List<InetAddress> found = new ArrayList<>();
            for (String address : addresses.split(",")) {
                found.addAll(List.of(InetAddress.getAllByName(address)));
            }
            return Future.succeededFuture(found);
        } catch (UnknownHostException e) {
            return Future.failedFuture(e);
        }
    }

    private static SocketAddress find(GuardedHosts hosts, String url) {
        return hosts.find(BaseUrl.parse(url))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }
}
