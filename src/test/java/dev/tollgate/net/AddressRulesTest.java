package dev.tollgate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.net.AddressRules.Reach;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who reaches an address. */
class AddressRulesTest {
    private static final AddressRules RULES =
            new AddressRules(List.of(Network.parse("10.1.0.0/16"), Network.parse("fd12::/16")));

    @ParameterizedTest
    @CsvSource(textBlock = """
            8.8.8.8,                    PUBLIC
            172.15.255.255,             PUBLIC
            172.16.0.0,                 INSIDE
            172.31.255.255,             INSIDE
            172.32.0.0,                 PUBLIC
            0.0.0.0,                    INSIDE
            127.0.0.1,                  INSIDE
            127.255.255.254,            INSIDE
            10.0.0.1,                   INSIDE
            10.1.2.3,                   TRUSTED
            10.2.0.0,                   INSIDE
            192.168.1.1,                INSIDE
            169.254.169.254,            INSIDE
            100.100.100.200,            INSIDE
            100.63.255.255,             PUBLIC
            100.128.0.0,                PUBLIC
            168.63.129.16,              INSIDE
            168.63.129.17,              PUBLIC
            192.0.0.192,                INSIDE
            192.88.99.1,                INSIDE
            198.19.255.255,             INSIDE
            198.20.0.0,                 PUBLIC
            224.0.0.1,                  INSIDE
            240.0.0.1,                  INSIDE
            255.255.255.255,            INSIDE
            223.255.255.255,            PUBLIC
            2606:4700::1111,            PUBLIC
            ::,                         INSIDE
            ::1,                        INSIDE
            fe80::1,                    INSIDE
            fec0::1,                    INSIDE
            fc00::1,                    INSIDE
            fd00:ec2::254,              INSIDE
            fd12:1::1,                  TRUSTED
            fd13::1,                    INSIDE
            ff02::1,                    INSIDE
            100::1,                     INSIDE
            2001:db8::1,                INSIDE
            2001::1,                    INSIDE
            2001:200::1,                PUBLIC
            2002:7f00:1::,              INSIDE
            3fff::1,                    INSIDE
            5f00::1,                    INSIDE
            ::ffff:127.0.0.1,           INSIDE
            ::ffff:a9fe:a9fe,           INSIDE
            ::ffff:8.8.8.8,             PUBLIC
            ::ffff:10.1.2.3,            TRUSTED
            ::7f00:1,                   INSIDE
            64:ff9b::8.8.8.8,           PUBLIC
            64:ff9b::127.0.0.1,         INSIDE
            64:ff9b::169.254.169.254,   INSIDE
            64:ff9b::10.1.2.3,          TRUSTED
            64:ff9b:1::8.8.8.8,         INSIDE
            ::ffff:0:127.0.0.1,         INSIDE
            """)
    void an_address_is_for_everybody_or_for_insiders(String address, Reach reach) {
        assertThat(RULES.reach(InetAddress.ofLiteral(address))).isEqualTo(reach);
    }

    @Test
    void nothing_inside_is_trusted_unless_somebody_says_so() {
        assertThat(new AddressRules(List.of()).reach(InetAddress.ofLiteral("10.1.2.3")))
                .isEqualTo(Reach.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0", "10.0.0.0/33", "10.0.0.1/8", "fd00::/129", "example.com/8", "/8", "10.0.0.0/-1"})
    void what_is_no_network_is_refused(String text) {
        assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_network_says_what_it_is() {
        assertThat(Network.parse(" fd00:ec2::/32 ")).hasToString("fd00:ec2:0:0:0:0:0:0/32");
        assertThat(Network.parse("0.0.0.0/0").contains(InetAddress.ofLiteral("255.1.2.3")))
                .isTrue();
        assertThat(Network.parse("0.0.0.0/0").contains(InetAddress.ofLiteral("::1")))
                .isFalse();
    }
}
