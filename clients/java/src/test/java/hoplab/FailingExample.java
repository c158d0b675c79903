package hoplab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Tests that fail, each for a reason that only hoplab knows; ExtensionTest holds what they print. */
@HoplabScenario("src/test/resources/private-api.json")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FailingExample {
    private static Connection kept;

    @Test @Order(1)
    void withoutAConnection(Lab lab) {
        assertFalse(lab.ends().isEmpty());
    }

    @Test @Order(2)
    void expired(Lab lab) throws IOException {
        assertEquals(200, lab.get("/widgets", "my_client").status());
        lab.get("/widgets", "expired");
    }

    @Test @Order(3)
    void noCertificate(Lab lab) throws IOException {
        lab.get("/widgets", null);
    }

    @Test @Order(4)
    void fault(Lab lab) throws IOException {
        lab.arm("bad-zone", Fault.reset("nlb").stage("client-hello"));
        lab.get("/widgets", "my_client");
    }

    @Test @Order(5)
    void targetReset(Lab lab) throws IOException {
        lab.arm("dead", Fault.reset("execute-api-endpoint"));
        assertEquals(200, lab.get("/widgets", "my_client").status());
    }

    @Test @Order(6)
    void idle(Lab lab) throws IOException {
        lab.setClock("stepped");
        try (Connection connection = lab.connection("my_client")) {
            connection.get("/widgets");
            lab.advance("350s");
            connection.get("/widgets");
        }
    }

    @Test @Order(7)
    void openConnection(Lab lab) throws IOException {
        kept = lab.connection("my_client");
        assertEquals(201, kept.get("/widgets").status());
    }

    @Test @Order(8)
    void besideAnOpenConnection(Lab lab) {
        assertFalse(lab.ends().isEmpty());
    }

    @Test @Order(9)
    void connectionOfAnEarlierTest(Lab lab) throws IOException {
        lab.setClock("stepped");
        lab.advance("350s");
        kept.get("/widgets");
    }

    @Test @Order(10)
    void thatPasses(Lab lab) throws IOException {
        assertEquals(200, lab.get("/widgets", "my_client").status());
    }

    @Test @Order(11)
    void thatIsAborted(Lab lab) throws IOException {
        assumeTrue(lab.get("/widgets", "my_client").status() == 201);
    }

    @Nested
    class Inside {
        @Test
        void nested(Lab lab) throws IOException {
            assertEquals(201, lab.get("/widgets", "my_client").status());
        }
    }
}
