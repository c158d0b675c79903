package hoplab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** What the extension adds to a run of JUnit, seen from outside. */
class ExtensionTest {
    private static final Path GOLDEN = Path.of("src/test/resources/failing.txt");

    /** What a run of the class's tests printed, with what differs from run to run masked. */
    private String printed;

    private TestExecutionSummary run(Class<?> tests) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        PrintStream before = System.out;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true));
        try {
            LauncherFactory.create().execute(
                    LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build(), listener);
        } finally {
            System.setOut(before);
        }
        printed = output.toString(StandardCharsets.UTF_8)
                .replaceAll("#\\d+", "#ID").replaceAll("127(\\.\\d+){3}:\\d+", "127.0.0.1:PORT")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "TIME");
        return listener.getSummary();
    }

    @Test
    void aFailingTestSaysWhyItsConnectionsEnded() throws IOException {
        TestExecutionSummary summary = run(FailingExample.class);
        assertEquals(Files.readString(GOLDEN), printed);
        assertEquals(List.of(10L, 1L, 1L), List.of(summary.getTestsFailedCount(), summary.getTestsSucceededCount(),
                summary.getTestsAbortedCount()));
    }

    @Test
    void aLabThatHasEndedIsReportedAndStartedAnew() {
        TestExecutionSummary summary = run(KillingExample.class);
        assertEquals(1, summary.getTestsSucceededCount());
        assertTrue(printed.contains("---- hoplab: KillingExample.thatKillsIt(Lab)\n"
                + "hoplab runs no more: it ended with 137\n"), printed);
    }

    @Test
    void aClassHasOneLabThatEndsWithIt() {
        SharingExample.labs.clear();
        TestExecutionSummary summary = run(SharingExample.class);
        assertEquals(3, summary.getTestsSucceededCount(), printed);
        Map<String, Lab> labs = SharingExample.labs;
        assertSame(labs.get("constructor"), labs.get("first"));
        assertSame(labs.get("constructor"), labs.get("nested"));
        assertNotSame(labs.get("constructor"), labs.get("its own"));
        assertTrue(labs.values().stream().noneMatch(Lab::isRunning));
    }

    @Test
    void aScenarioThatDoesNotComeUpFailsItsClass() {
        TestExecutionSummary summary = run(MissingExample.class);
        assertEquals(1, summary.getContainersFailedCount());
        assertTrue(summary.getFailures().get(0).getException().getMessage()
                .startsWith("hoplab did not come up with missing.json: "));
    }

    @HoplabScenario("src/test/resources/private-api.json")
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class KillingExample {
        @Test @Order(1)
        void thatKillsIt(Lab lab) {
            ProcessHandle.of(lab.pid()).ifPresent(ProcessHandle::destroyForcibly);
            lab.status();
        }

        @Test @Order(2)
        void behindIt(Lab lab) throws IOException {
            assertEquals(200, lab.get("/widgets", "my_client").status());
        }
    }

    @HoplabScenario("src/test/resources/private-api.json")
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class SharingExample {
        private static final Map<String, Lab> labs = new HashMap<>();

        SharingExample(Lab lab) {
            labs.put("constructor", lab);
        }

        @Test
        void first(Lab lab) {
            labs.put("first", lab);
        }

        @Nested
        class Inside {
            @Test
            void second(Lab lab) {
                labs.put("nested", lab);
            }
        }

        @Nested
        @HoplabScenario(value = "src/test/resources/private-api.json", options = {"--threads", "2"})
        class WithItsOwn {
            @Test
            void third(Lab lab) {
                labs.put("its own", lab);
            }
        }
    }

    @HoplabScenario("missing.json")
    static class MissingExample {
        @Test
        void never() {
        }
    }
}
