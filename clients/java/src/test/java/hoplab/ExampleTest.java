package hoplab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A client's tests against a private API behind mutual TLS; each begins with the scenario as it was at its start. */
@HoplabScenario("src/test/resources/private-api.json")
class ExampleTest {
    @Test
    void aGoodCertificateGetsTheWidget(Lab lab) throws IOException {
        assertEquals(Json.of(Map.of("id", "1", "value", "4.99")), lab.get("/widgets", "my_client").json());
    }

    @Test
    void anExpiredCertificateIsReset(Lab lab) {
        assertThrows(SocketException.class, () -> lab.get("/widgets", "expired"));
    }

    @Test
    void aCertificateIsRevokedInTheMiddleOfTheRun(Lab lab) throws IOException {
        assertEquals(200, lab.get("/widgets", "my_client").status());
        lab.revoke("my_client");
        assertThrows(SocketException.class, () -> lab.get("/widgets", "my_client"));
    }

    @Test
    void theThirdConnectionIsReset(Lab lab) throws IOException {
        lab.arm("bad-zone", Map.of("hop", "nlb", "stage", "client-hello", "action", "reset",
                "connections", Map.of("every", 3)));
        assertEquals(200, lab.get("/widgets", "my_client").status());
        assertEquals(200, lab.get("/widgets", "my_client").status());
        assertThrows(SocketException.class, () -> lab.get("/widgets", "my_client"));
    }

    @Test
    void anIdleConnectionIsForgottenAfter350s(Lab lab) throws IOException {
        lab.setClock("stepped");
        try (Connection connection = lab.connection("my_client")) {
            assertEquals(200, connection.get("/widgets").status());
            lab.advance(Duration.ofSeconds(350));
            assertThrows(SocketException.class, () -> connection.get("/widgets"));
        }
    }

    @Test
    void whatTheApiReceived(Lab lab) throws IOException {
        lab.request("GET", "/widgets?size=2", "my_client", null, Map.of("X-Order", "7"));
        assertEquals("/widgets?size=2", lab.requests("widgets-api").get(0).text("path"));
    }
}
