package hoplab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.SocketException;
import org.junit.jupiter.api.Test;

/** A client's tests against a private API behind mutual TLS; each begins with the scenario as it was at its start. */
@HoplabScenario("src/test/resources/private-api.json")
class ExampleTest {
    @Test
    void aGoodCertificateGetsTheWidget(Lab lab) throws Exception {
        assertEquals("{\"id\":\"1\",\"value\":\"4.99\"}", lab.get("/widgets", "my_client").text());
    }

    @Test
    void anExpiredCertificateIsReset(Lab lab) {
        assertThrows(SocketException.class, () -> lab.get("/widgets", "expired"));
    }

    @Test
    void aCertificateIsRevokedInTheMiddleOfTheRun(Lab lab) throws Exception {
        assertEquals(200, lab.get("/widgets", "my_client").status());
        lab.revoke("my_client");
        assertThrows(SocketException.class, () -> lab.get("/widgets", "my_client"));
    }

    @Test
    void theThirdConnectionIsReset(Lab lab) throws Exception {
        lab.arm("bad-zone", Fault.reset("nlb").stage("client-hello").every(3));
        assertEquals(200, lab.get("/widgets", "my_client").status());
        assertEquals(200, lab.get("/widgets", "my_client").status());
        assertThrows(SocketException.class, () -> lab.get("/widgets", "my_client"));
    }

    @Test
    void anIdleConnectionIsForgottenAfter350s(Lab lab) throws Exception {
        lab.setClock("stepped");
        try (Connection connection = lab.connection("my_client")) {
            assertEquals(200, connection.get("/widgets").status());
            lab.advance("350s");
            assertThrows(SocketException.class, () -> connection.get("/widgets"));
        }
    }

    @Test
    void whatTheApiReceived(Lab lab) throws Exception {
        lab.get("/widgets?size=2", "my_client");
        assertEquals("/widgets?size=2", lab.requests("widgets-api").get(0).text("path"));
    }
}
