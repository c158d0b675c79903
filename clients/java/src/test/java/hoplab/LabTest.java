package hoplab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a running Lab does. */
@HoplabScenario("src/test/resources/private-api.json")
class LabTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Lab lab;

    LabTest(Lab lab) {
        this.lab = lab;
    }

    @BeforeEach
    void begin() {
        settle();
        lab.restore();
    }

    /** Waits until the connections that clients have ended are over for the lab, too. */
    private void settle() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!lab.flows().isEmpty()) {
            assertTrue(System.nanoTime() < deadline, "a connection stays open");
        }
    }

    private void resets(String certificate) {
        assertThrows(SocketException.class, () -> lab.get("/widgets", certificate));
    }

    @Test
    void whatItOffers() {
        assertEquals("https://api.example.com:" + lab.port(), lab.url());
        assertEquals("api.example.com", lab.name());
        assertTrue(lab.address().startsWith("127."));
        assertTrue(Files.isRegularFile(lab.caBundle()));
        assertEquals("[expired, my_client]", lab.certificates().names().toString());
        for (String kind : List.of("cert", "key", "p12")) {
            assertTrue(Files.isRegularFile(Path.of(lab.certificates().text("my_client", kind))));
        }
        assertEquals("consumer-endpoint", lab.endpoints().get(0).text("name"));
        assertEquals(lab.url(), lab.status().text("url"));
        assertEquals(List.of(), lab.notes());
    }

    @Test
    void anAnswerHasStatusHeadersAndBody() throws IOException {
        Response answer = lab.get("/widgets", "my_client");
        assertEquals(200, answer.status());
        assertEquals("{\"id\":\"1\",\"value\":\"4.99\"}", answer.text());
        assertEquals("application/json", answer.header("content-type"));
        assertNull(answer.header("X-Nothing"));
        assertEquals(201, lab.request("POST", "/widgets", "my_client", "{}", Map.of()).status());
        assertEquals(0, lab.request("HEAD", "/nothing", "my_client", null, Map.of()).body().length);
    }

    @Test
    void theServerIsVerified() throws NoSuchAlgorithmException {
        SSLContext machines = SSLContext.getDefault();
        assertThrows(SSLHandshakeException.class, () -> {
            try (Connection connection = lab.connection(machines)) {
                connection.get("/widgets");
            }
        });
        assertThrows(SSLHandshakeException.class, () -> {
            try (Connection connection = lab.connection(lab.sslContext("my_client"), "other.example.com")) {
                connection.get("/widgets");
            }
        });
    }

    @Test
    void anUnknownCertificateIsRefusedWithThoseThatThereAre() {
        assertEquals("there is no certificate 'nobody' in the scenario; there are expired, my_client",
                assertThrows(LabException.class, () -> lab.get("/widgets", "nobody")).getMessage());
    }

    @Test
    void aConnectionIsKept() throws IOException {
        try (Connection connection = lab.connection("my_client")) {
            assertEquals(200, connection.get("/widgets").status());
            Socket kept = connection.socket();
            assertEquals(200, connection.get("/widgets").status());
            assertSame(kept, connection.socket());
            assertEquals(2, lab.flows().get(0).number("requests"));
        }
    }

    @Test
    void anAnswerThatSaysCloseEndsItsConnection() throws IOException {
        try (Connection connection = lab.connection("my_client")) {
            connection.request("GET", "/widgets", null, Map.of("Connection", "close"));
            assertNull(connection.socket());
            assertEquals(200, connection.get("/widgets").status());
            assertNotNull(connection.socket());
        }
    }

    @Test
    void aFaultIsArmedAndDisarmed() throws IOException {
        lab.arm("bad-zone", Fault.reset("nlb").stage("client-hello"));
        resets("my_client");
        lab.disarm("bad-zone");
        assertEquals(200, lab.get("/widgets", "my_client").status());
        assertFalse(lab.faults().get(0).truth("armed"));
        assertEquals(1, lab.faults().get(0).at("hits").list().size());
        lab.arm("bad-zone");
        resets("my_client");
    }

    @Test
    void aCertificateExpiresByTheCalendar() {
        assertEquals("real", lab.setTime(Instant.parse("2039-01-01T00:00:00Z")).text("mode"));
        resets("my_client");
        assertEquals("Failed:ClientCertExpired", lab.ends(0, PATIENCE).get(0).text("tlsVerifyStatus"));
    }

    @Test
    void restoreGivesBackTheStart() throws IOException {
        lab.revoke("my_client");
        lab.setClock("stepped");
        resets("my_client");
        settle();
        assertEquals(1, lab.metrics().number("flows"));
        lab.restore();
        assertEquals(0, lab.metrics().number("flows"));
        assertEquals(List.of(), lab.ends());
        assertEquals("real", lab.clock().text("mode"));
        assertEquals(200, lab.get("/widgets", "my_client").status());
    }

    @Test
    void aClockIsScaled() {
        assertEquals(60, lab.setScaledClock(60).number("scale"));
    }

    @Test
    void aChangeIsMade() {
        lab.change(Map.of("change", "RevokeCertificate", "Certificate", "my_client"));
        resets("my_client");
    }

    @Test
    void whatTheAdminApiRefusesIsSaidWithItsWords() {
        AdminException refused = assertThrows(AdminException.class, () -> lab.arm("no thing"));
        assertTrue(refused.getMessage().contains("there is no fault 'no thing' in the scenario"), refused.getMessage());
        assertEquals(404, refused.status());
        assertEquals(409, assertThrows(AdminException.class, () -> lab.advance(Duration.ofSeconds(1))).status());
    }

    @Test
    void endsAreWaitedFor() throws IOException {
        try (Connection connection = lab.connection("my_client")) {
            connection.get("/widgets");
            assertEquals(List.of(), lab.ends(0, Duration.ofSeconds(1)));
        }
        assertEquals("client-closed", lab.ends(0, PATIENCE).get(0).text("end", "reason"));
    }

    @Test
    void requestsAreKept() throws IOException {
        lab.get("/widgets?x=1", "my_client");
        lab.request("POST", "/widgets", "my_client", "{\"id\":2}", Map.of());
        Requests got = lab.requests("widgets-api");
        assertEquals(List.of("/widgets?x=1", "/widgets"),
                got.stream().map(one -> one.text("path")).collect(Collectors.toList()));
        assertTrue(got.get(0).at("headers").list()
                .contains(Json.of(Map.of("name", "Host", "value", "api.example.com"))));
        assertEquals("{\"id\":2}", got.get(1).text("body"));
        assertEquals(2, got.count());
        assertEquals(0, got.dropped());
        assertEquals(2, lab.requests().size());
        assertEquals(1, lab.requests(Map.of("method", "POST", "path", "/widgets"), PATIENCE).size());
        assertEquals(0, lab.requests(Map.of("after", got.get(1).number("id")), Duration.ZERO).size());
    }

    @Test
    void aDurationIsCheckedBeforeItIsSent() {
        assertEquals("PT0.5S is not a duration of whole seconds",
                assertThrows(LabException.class, () -> lab.ends(0, Duration.ofMillis(500))).getMessage());
    }
}
