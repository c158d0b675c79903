package hoplab;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * {@code hoplab up SCENARIO}, ready, on free ports of loopback. It ends with {@link #stop()}, with a try block, or
 * with this process, however that ends. The binary is $HOPLAB, or the one in PATH.
 */
public final class Lab implements AutoCloseable {
    private static final List<String> KNOWN_VERSIONS = List.of("0.1", "0.2"); // of hoplab, as major.minor
    private static final String KEPT_REQUESTS = "1000";

    // Generous: the machine may be busy, and nobody waits for it in a good run.
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient admin = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY).build();
    private final String scenario;
    private final boolean keepsOut;
    private final FileInputStream said; // on standard error
    private final Process process;
    private Json opening; // what it printed when it was ready

    /**
     * Starts it, and returns when it is ready. The options go to {@code hoplab up}, such as "--set",
     * "service=127.0.0.1:9000". The certificates are in a fresh temporary folder that goes with it, unless the
     * options have "--out".
     */
    public Lab(String scenario, String... options) {
        this.scenario = scenario;
        List<String> given = List.of(options);
        keepsOut = names(given, "--out");
        List<String> command = new ArrayList<>(List.of(binary(), "up", scenario, "--json"));
        command.addAll(given);
        if (!names(given, "--keep")) {
            command.addAll(List.of("--keep", KEPT_REQUESTS));
        }
        command.add("--with-parent");
        try {
            File file = File.createTempFile("hoplab-said-", null); // not a pipe: nobody reads it while it runs
            try {
                said = new FileInputStream(file);
                process = new ProcessBuilder(command).redirectError(file).start();
            } finally {
                file.delete(); // what is open of it goes with the last who has it
            }
            process.getOutputStream().close();
        } catch (IOException error) {
            throw new LabException(command.get(0) + " cannot be run: " + error.getMessage(), error);
        }
        try {
            opening = Json.parse(firstLine());
        } catch (RuntimeException error) {
            stop();
            throw error;
        }
    }

    // What it has printed.

    /** Such as https://api.example.com:41873, without a path. */
    public String url() {
        return opening.text("url");
    }

    /** The name that clients use. */
    public String name() {
        String host = URI.create(url()).getHost();
        return host == null ? wayIn().text("dnsName") : host; // Java knows no host with an underscore
    }

    /** Where they connect in its place: an address of loopback, */
    public String address() {
        return wayIn().text("address");
    }

    /** and a free port. */
    public int port() {
        return Math.toIntExact(wayIn().number("port"));
    }

    /** The ways in, that of the scenario's entry first. */
    public List<Json> endpoints() {
        return opening.at("endpoints").list();
    }

    /** By name: the paths "cert", "key" and "p12". */
    public Json certificates() {
        return opening.at("certificates");
    }

    /** Of the .p12 files. */
    public String p12Password() {
        return opening.text("p12Password");
    }

    /** A PEM file: whom clients trust. */
    public Path caBundle() {
        return Path.of(opening.text("caBundle"));
    }

    /** The folder of the certificates; its file "hosts" has the names of the ways in. */
    public Path out() {
        return Path.of(opening.text("out"));
    }

    /** What cannot be as on AWS here, a sentence each. */
    public List<String> notes() {
        return opening.at("notes").list().stream().map(Json::text).collect(Collectors.toList());
    }

    /** The file that it was started with. */
    public String scenario() {
        return scenario;
    }

    // As a client.

    /** Trusts the CA bundle, and shows the client certificate of that name, or none when it is null. */
    public SSLContext sslContext(String certificate) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(certificate == null ? null : shown(certificate), trusted().getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException error) {
            throw new LabException("no SSLContext for the certificate '" + certificate + "': " + error, error);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** A connection through the way in, to be kept; it is made by its first request. */
    public Connection connection(String certificate) {
        return connection(url().startsWith("https:") ? sslContext(certificate) : null);
    }

    /** The same with an SSLContext of one's own, or none for a way in without TLS. */
    public Connection connection(SSLContext context) {
        return connection(context, url().isEmpty() ? "" : name());
    }

    /** The same with another name for SNI and Host. */
    public Connection connection(SSLContext context, String name) {
        if (url().isEmpty()) {
            throw new LabException("no way into the scenario is open: " + String.join(" ", notes()));
        }
        return new Connection(name, new InetSocketAddress(address(), port()), context, TIMEOUT);
    }

    /** GET on a connection of its own, with the client certificate of that name, or none when it is null. */
    public Response get(String path, String certificate) throws IOException {
        return request("GET", path, certificate, null, Map.of());
    }

    /** A request on a connection of its own, with a body where that is not null. */
    public Response request(String method, String path, String certificate, String body, Map<String, String> headers)
            throws IOException {
        try (Connection connection = connection(certificate)) {
            return connection.request(method, path, body, headers);
        }
    }

    // As an operator.

    /** Arms a fault of the scenario. */
    public void arm(String fault) {
        call("POST", "/v1/faults/" + encoded(fault) + "/arm", null);
    }

    /** Arms a new one. */
    public void arm(String fault, Fault definition) {
        call("PUT", "/v1/faults/" + encoded(fault), definition.definition());
    }

    /** Disarms a fault: held connections go on. */
    public void disarm(String fault) {
        call("DELETE", "/v1/faults/" + encoded(fault), null);
    }

    /** The faults, whether they are armed, and the ids of the connections that they have hit. */
    public List<Json> faults() {
        return call("GET", "/v1/faults", null).list();
    }

    /** Revokes a certificate in every trust store that has its authority, for handshakes from now on. */
    public void revoke(String certificate) {
        call("POST", "/v1/certificates/" + encoded(certificate) + "/revoke", null);
    }

    /** Makes a change or several, all or none: change(Map.of("change", "SetEndpointState", ...)). */
    public Json change(Map<?, ?>... changes) {
        return call("POST", "/v1/changes", List.of(changes));
    }

    /** How emulated time passes, and what it is. */
    public Json clock() {
        return call("GET", "/v1/clock", null);
    }

    /** Another way for time to pass: "real" or "stepped". */
    public Json setClock(String mode) {
        return call("PUT", "/v1/clock", Map.of("mode", mode));
    }

    /** A scaled clock, which runs that many emulated seconds in a real one. */
    public Json setScaledClock(double scale) {
        return call("PUT", "/v1/clock", Map.of("mode", "scaled", "scale", scale));
    }

    /** What the calendar shows, by which certificates expire; no timer moves. */
    public Json setTime(Instant now) {
        return call("PUT", "/v1/clock", Map.of("now", now.toString()));
    }

    /** Moves a stepped clock on by a duration such as "350s", and returns when all that falls due has happened. */
    public Json advance(String by) {
        return call("POST", "/v1/clock/step", Map.of("by", by));
    }

    /** The same by whole seconds. */
    public Json advance(Duration by) {
        return advance(seconds(by));
    }

    /** Gives back the topology and the clock of the start, with nothing on record; open connections stay. */
    public void restore() {
        call("POST", "/v1/restore", null);
    }

    // As an observer.

    /** The connections that have ended, and why, oldest first. */
    public List<Json> ends() {
        return call("GET", "/v1/ends", null).list();
    }

    /** Those behind the one with the id `after`; where there is none yet, it waits as long as that for one. */
    public List<Json> ends(long after, Duration wait) {
        return call("GET", "/v1/ends?after=" + after + "&wait=" + seconds(wait), null, wait).list();
    }

    /** The connections that are not over. */
    public List<Json> flows() {
        return call("GET", "/v1/flows", null).list();
    }

    /** The requests that private APIs, stand-ins and services received. */
    public Requests requests() {
        return requests(Map.of(), Duration.ZERO);
    }

    /** Those of one receiver. */
    public Requests requests(String receiver) {
        return requests(Map.of("receiver", receiver), Duration.ZERO);
    }

    /** Those that fit: "receiver", "method", "path", "after". Where there is none yet, it waits for one. */
    public Requests requests(Map<String, ?> which, Duration wait) {
        Map<String, Object> query = new HashMap<>(which);
        query.put("wait", seconds(wait));
        String text = query.entrySet().stream().map(one -> one.getKey() + "=" + encoded(one.getValue().toString()))
                .collect(Collectors.joining("&", "?", ""));
        return new Requests(call("GET", "/v1/requests" + text, null, wait));
    }

    /** Counters since the start or the last restore, CloudWatch's among them. */
    public Json metrics() {
        return call("GET", "/v1/metrics", null);
    }

    /** The ways in, their state, and notes. */
    public Json status() {
        return call("GET", "/v1/status", null);
    }

    // Its process.

    public boolean isRunning() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Ends it, and returns its exit code; it can be called again. */
    public int stop() {
        process.destroy();
        if (!ended(STOP_TIMEOUT)) {
            process.destroyForcibly();
            ended(STOP_TIMEOUT);
        }
        try {
            said.close();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        if (opening != null && !keepsOut) {
            remove(out()); // hoplab does it itself, unless it was killed
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        stop();
    }

    /** Whether it has ended, or ends in time. Who is interrupted waits all the same: stop() leaves nothing. */
    private boolean ended(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException error) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Json wayIn() {
        return opening.at("endpoints", 0);
    }

    private KeyManager[] shown(String certificate) throws GeneralSecurityException, IOException {
        if (!certificates().has(certificate)) {
            String known = String.join(", ", new TreeSet<>(certificates().names()));
            throw new LabException("there is no certificate '" + certificate + "' in the scenario; there are "
                    + (known.isEmpty() ? "none" : known));
        }
        char[] password = p12Password().toCharArray();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(Path.of(certificates().text(certificate, "p12")))) {
            keys.load(file, password);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, password);
        return factory.getKeyManagers();
    }

    private TrustManagerFactory trusted() throws GeneralSecurityException, IOException {
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        try (InputStream file = Files.newInputStream(caBundle())) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                authorities.setCertificateEntry("ca-" + authorities.size(), one);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return factory;
    }

    private Json call(String method, String path, Object body) {
        return call(method, path, body, Duration.ZERO);
    }

    /** A call of the admin API, which may take as long as `wait` by itself. */
    private Json call(String method, String path, Object body, Duration wait) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(opening.text("admin") + path))
                .timeout(TIMEOUT.plus(wait)).method(method, body == null ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(Json.of(body).toString())).build();
        HttpResponse<String> answer;
        try {
            answer = admin.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new LabException(method + " " + path + " was interrupted", error);
        } catch (IOException error) {
            // A process that is going takes its port with it first.
            if (error instanceof ConnectException ? ended(STOP_TIMEOUT) : !isRunning()) {
                throw new LabException("hoplab runs no more: " + lastWords(), error);
            }
            throw new UncheckedIOException(error);
        }
        if (answer.statusCode() >= 400) {
            throw new AdminException(answer.statusCode(),
                    method + " " + path + ": " + answer.statusCode() + ": " + refusal(answer.body()));
        }
        return answer.body().isEmpty() ? Json.of(null) : Json.parse(answer.body());
    }

    private static String refusal(String body) {
        try {
            return Json.parse(body).text("error");
        } catch (LabException error) {
            return body;
        }
    }

    /** The line that it prints when it is ready. */
    private String firstLine() {
        CompletableFuture<String> line = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                line.complete(new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine());
            } catch (IOException error) {
                line.completeExceptionally(error);
            }
        }, "hoplab's first line");
        reader.setDaemon(true);
        reader.start();
        try {
            String first = line.get(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (first != null) {
                return first;
            }
        } catch (TimeoutException error) {
            throw new LabException("hoplab was not ready after " + START_TIMEOUT.toSeconds() + " s", error);
        } catch (ExecutionException error) {
            throw new LabException("what hoplab prints cannot be read: " + error.getCause(), error);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new LabException("the start of hoplab was interrupted", error);
        }
        ended(STOP_TIMEOUT);
        throw new LabException("hoplab did not come up with " + scenario + ": " + lastWords());
    }

    /** What it has said on standard error, or at least how it ended. */
    private String lastWords() {
        try {
            said.getChannel().position(0);
            String words = new String(said.readAllBytes(), StandardCharsets.UTF_8).trim();
            return words.isEmpty() ? "it ended with " + process.exitValue() : words;
        } catch (IOException error) {
            return "what it said cannot be read: " + error;
        }
    }

    private static boolean names(List<String> options, String option) {
        return options.stream().anyMatch(one -> one.equals(option) || one.startsWith(option + "="));
    }

    /** The path of a hoplab that this package knows. */
    private static String binary() {
        String binary = System.getenv("HOPLAB");
        if (binary == null || binary.isEmpty()) {
            binary = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                    .map(folder -> Path.of(folder, "hoplab")).filter(Files::isExecutable).map(Path::toString)
                    .findFirst().orElseThrow(() -> new LabException(
                            "there is no hoplab in PATH; set HOPLAB to the path of the binary"));
        }
        String version = version(binary);
        Matcher known = Pattern.compile("hoplab (\\d+\\.\\d+)\\S*").matcher(version);
        if (!known.matches()) {
            throw new LabException(binary + " is not hoplab: it says '" + version + "' for its version");
        }
        if (!KNOWN_VERSIONS.contains(known.group(1))) {
            throw new LabException(binary + " is " + version + ", and this package knows "
                    + String.join(" and ", KNOWN_VERSIONS) + " of hoplab; take the package of its version");
        }
        return binary;
    }

    private static String version(String binary) {
        try {
            Process process = new ProcessBuilder(binary, "--version")
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            process.getOutputStream().close();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        } catch (IOException error) {
            throw new LabException(binary + " cannot be run: " + error.getMessage(), error);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String seconds(Duration duration) {
        if (duration.isNegative() || duration.getNano() != 0) {
            throw new LabException(duration + " is not a duration of whole seconds");
        }
        return duration.getSeconds() + "s";
    }

    private static void remove(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
