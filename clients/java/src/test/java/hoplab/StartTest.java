package hoplab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a Lab starts, how it refuses to, and how it ends. */
class StartTest {
    private static final String SCENARIO = "src/test/resources/private-api.json";
    private static final long PATIENCE_S = 60;

    @TempDir
    Path folder;

    private String script(String text) throws IOException {
        Path binary = Files.writeString(folder.resolve("hoplab"), "#!/bin/sh\n" + text + "\n");
        assertTrue(binary.toFile().setExecutable(true));
        return binary.toString();
    }

    /** The first line of a JVM that starts a lab with that environment; its input has ended. */
    private static String said(Map<String, String> environment, String... arguments) throws Exception {
        Process child = Child.start(environment, arguments);
        child.getOutputStream().close();
        String line = Child.line(child);
        assertTrue(child.waitFor(PATIENCE_S, TimeUnit.SECONDS));
        return line;
    }

    @Test
    void aVersionThatIsNotKnownIsRefused() throws Exception {
        String binary = script("echo hoplab 0.3.0");
        assertEquals(binary + " is hoplab 0.3.0, and this package knows 0.1 and 0.2 of hoplab; "
                + "take the package of its version", said(Map.of("HOPLAB", binary), SCENARIO));
    }

    @Test
    void whatIsNotHoplabIsRefused() throws Exception {
        String binary = script("echo grep 3.8");
        assertEquals(binary + " is not hoplab: it says 'grep 3.8' for its version",
                said(Map.of("HOPLAB", binary), SCENARIO));
        assertTrue(said(Map.of("HOPLAB", folder + "/missing"), SCENARIO).startsWith(folder + "/missing cannot be run"));
    }

    @Test
    void withoutHoplabItSaysHowToNameIt() throws Exception {
        assertEquals("there is no hoplab in PATH; set HOPLAB to the path of the binary",
                said(Map.of("HOPLAB", "", "PATH", folder.toString()), SCENARIO));
    }

    @Test
    void hoplabInThePathIsFoundAndGetsItsOptions() throws Exception {
        script("case \"$1\" in --version) echo hoplab 0.2.0 ;; *) echo \"$@\" >&2; exit 3 ;; esac");
        assertEquals("hoplab did not come up with mine.json: "
                + "up mine.json --json --set service=127.0.0.1:9000 --keep 1000 --with-parent",
                said(Map.of("HOPLAB", "", "PATH", folder.toString()), "mine.json", "--set", "service=127.0.0.1:9000"));
    }

    @Test
    void anEndWithoutAWordIsSaid() throws Exception {
        String binary = script("case \"$1\" in --version) echo hoplab 0.2.0 ;; *) exit 3 ;; esac");
        assertEquals("hoplab did not come up with mine.json: it ended with 3",
                said(Map.of("HOPLAB", binary), "mine.json"));
    }

    @Test
    void aScenarioWithoutAWayInSaysWhy() throws Exception {
        String opening = "{\"url\":\"\",\"endpoints\":[],\"certificates\":{},\"caBundle\":\"\",\"out\":\"" + folder
                + "/out\",\"admin\":\"http://127.0.0.1:1\",\"notes\":[\"nothing is here\"]}";
        String binary = script("case \"$1\" in --version) echo hoplab 0.2.0 ;; "
                + "*) echo '" + opening + "'; exec tail -f /dev/null ;; esac");
        Process child = Child.start(List.of(), Map.of("HOPLAB", binary), WithoutAWayIn.class);
        assertEquals("no way into the scenario is open: nothing is here", Child.line(child));
        assertTrue(child.waitFor(PATIENCE_S, TimeUnit.SECONDS));
    }

    static final class WithoutAWayIn {
        public static void main(String[] arguments) throws IOException {
            try (Lab lab = new Lab("mine.json")) {
                lab.get("/", null);
            } catch (LabException error) {
                System.out.println(error.getMessage());
            }
        }
    }

    @Test
    void aMistakeOfTheScenarioIsSaidAsHoplabSaysIt() throws IOException {
        Path scenario = Files.writeString(folder.resolve("bad.json"), "{ \"title\": \"Bad\", \"entry\": \"nowhere\" }");
        String said = assertThrows(LabException.class, () -> new Lab(scenario.toString())).getMessage();
        assertTrue(said.startsWith("hoplab did not come up with " + scenario), said);
        assertTrue(said.contains("bad.json:1: /entry: found \"nowhere\""), said);
    }

    @Test
    void stopLeavesNothingAndCanBeCalledAgain() {
        Lab lab = new Lab(SCENARIO);
        assertTrue(lab.isRunning() && Files.isDirectory(lab.out()));
        assertEquals(0, lab.stop());
        assertFalse(lab.isRunning() || Files.exists(lab.out()));
        assertEquals(0, lab.stop());
    }

    @Test
    void stopLeavesNothingInAThreadThatIsInterruptedEither() {
        Lab lab = new Lab(SCENARIO);
        Thread.currentThread().interrupt();
        assertEquals(0, lab.stop());
        assertTrue(Thread.interrupted());
        assertFalse(lab.isRunning() || Files.exists(lab.out()));
    }

    @Test
    void aLabThatWasKilledLeavesNothingEither() throws IOException {
        Lab lab = new Lab(SCENARIO);
        try (lab) {
            ProcessHandle.of(lab.pid()).ifPresent(ProcessHandle::destroyForcibly);
            assertEquals("hoplab runs no more: it ended with 137",
                    assertThrows(LabException.class, lab::status).getMessage());
        }
        assertFalse(Files.exists(lab.out()));
    }

    @Test
    void aFolderOfOnesOwnStays() {
        try (Lab lab = new Lab(SCENARIO, "--out", folder + "/out")) {
            assertEquals(folder.resolve("out"), lab.out());
        }
        assertTrue(Files.exists(folder.resolve("out/my_client.p12")));
    }

    @Test
    void nothingIsLeftBehindWhenTheRunnerIsKilled() throws Exception {
        Process child = Child.start(Map.of(), SCENARIO);
        String[] said = Child.line(child).split(" ");
        ProcessHandle hoplab = ProcessHandle.of(Long.parseLong(said[1])).orElseThrow();
        child.destroyForcibly();
        hoplab.onExit().get(PATIENCE_S, TimeUnit.SECONDS);
        assertFalse(Files.exists(Path.of(said[2])));
        assertThrows(ConnectException.class, () -> new Socket(said[3], Integer.parseInt(said[4])).close());
    }

    /** With names from the file "hosts", as README.md has it. */
    @Test
    void aClientOfJavasOwnGetsTheWidget() throws Exception {
        Process child = Child.start(List.of("-Djdk.net.hosts.file=" + folder + "/out/hosts"), Map.of(),
                JavasOwnClient.class, SCENARIO, folder + "/out");
        assertEquals("200 {\"id\":\"1\",\"value\":\"4.99\"}", Child.line(child));
        assertTrue(child.waitFor(PATIENCE_S, TimeUnit.SECONDS));
    }

    static final class JavasOwnClient {
        public static void main(String[] arguments) throws Exception {
            try (Lab lab = new Lab(arguments[0], "--out", arguments[1])) {
                HttpClient client = HttpClient.newBuilder().sslContext(lab.sslContext("my_client")).build();
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create(lab.url() + "/widgets")).build(),
                        HttpResponse.BodyHandlers.ofString());
                System.out.println(answer.statusCode() + " " + answer.body());
            }
        }
    }
}
