package hoplab;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A connection through the way in, for one request of HTTP/1.1 after the other. It connects to an address and a port,
 * and says a name in SNI and in Host, as if DNS had led there. After it has ended, the next request makes a new one.
 *
 * <p>A reset is a SocketException, also where Java wraps it into an SSLException; an end without an answer is an
 * EOFException, patience that is over a SocketTimeoutException, and what TLS has to say an SSLException.
 */
public final class Connection implements AutoCloseable {
    private final String name;
    private final InetSocketAddress wayIn;
    private final SSLContext context; // null: without TLS
    private final Duration timeout;
    private Socket socket;
    private InputStream in;

    Connection(String name, InetSocketAddress wayIn, SSLContext context, Duration timeout) {
        this.name = name;
        this.wayIn = wayIn;
        this.context = context;
        this.timeout = timeout;
    }

    public Response get(String path) throws IOException {
        return request("GET", path, null, Map.of());
    }

    /** Sends a request, with a body where that is not null, and reads the answer to its end. */
    public Response request(String method, String path, String body, Map<String, String> headers) throws IOException {
        try {
            if (socket == null) {
                connect();
            }
            socket.getOutputStream().write(message(method, path, body, headers));
            return answer(method);
        } catch (SSLException error) {
            close();
            throw reset(error);
        } catch (IOException | RuntimeException error) {
            close();
            throw error;
        }
    }

    /** The socket under it, or null when it is not connected. */
    public Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        Socket closing = socket;
        socket = null;
        if (closing != null) {
            try {
                closing.close();
            } catch (SocketException | SSLException error) {
                // TLS could not say farewell, since the connection has ended already.
            }
        }
    }

    private void connect() throws IOException {
        int patience = Math.toIntExact(timeout.toMillis());
        Socket plain = new Socket();
        socket = plain; // for close(), should anything fail
        plain.setSoTimeout(patience);
        plain.setTcpNoDelay(true);
        plain.connect(wayIn, patience);
        if (context != null) {
            SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(plain, name, wayIn.getPort(), true);
            socket = secure;
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secure.setSSLParameters(parameters);
            secure.startHandshake();
        }
        in = new BufferedInputStream(socket.getInputStream());
    }

    private byte[] message(String method, String path, String body, Map<String, String> headers) throws IOException {
        byte[] content = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        fields.put("Host", name);
        if (body != null) {
            fields.put("Content-Length", String.valueOf(content.length));
        }
        fields.putAll(headers);
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        fields.forEach((field, value) -> head.append(field).append(": ").append(value).append("\r\n"));
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        message.write(content);
        return message.toByteArray();
    }

    private Response answer(String method) throws IOException {
        String[] start;
        Map<String, List<String>> headers;
        int status;
        do { // 100 and 103 come before the answer
            start = line().split(" ", 3);
            if (start.length < 2 || !start[0].startsWith("HTTP/1.") || !start[1].matches("[1-5][0-9]{2}")) {
                throw new ProtocolException("not an answer of HTTP/1.1: " + String.join(" ", start));
            }
            status = Integer.parseInt(start[1]);
            headers = fields();
        } while (status < 200 && status != 101);
        Response response = new Response(status, headers, body(method, status, headers));
        if (start[0].equals("HTTP/1.0") || saysClose(headers)) {
            close();
        }
        return response;
    }

    private static boolean saysClose(Map<String, List<String>> headers) {
        return headers.getOrDefault("Connection", List.of()).stream().anyMatch("close"::equalsIgnoreCase);
    }

    private Map<String, List<String>> fields() throws IOException {
        Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new ProtocolException("not a header: " + line);
            }
            fields.computeIfAbsent(line.substring(0, colon), field -> new ArrayList<>())
                    .add(line.substring(colon + 1).trim());
        }
        return fields;
    }

    private byte[] body(String method, int status, Map<String, List<String>> headers) throws IOException {
        if (method.equals("HEAD") || status == 101 || status == 204 || status == 304) {
            return new byte[0];
        }
        if (headers.containsKey("Transfer-Encoding")) {
            return chunks();
        }
        if (headers.containsKey("Content-Length")) {
            return exactly(size(headers.get("Content-Length").get(0), 10));
        }
        byte[] rest = in.readAllBytes();
        close();
        return rest;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            body.write(exactly(size));
            line();
        }
        fields(); // the trailers
        return body.toByteArray();
    }

    private int chunkSize() throws IOException {
        return size(line().split(";", 2)[0].trim(), 16);
    }

    private static int size(String digits, int radix) throws IOException {
        try {
            int size = Integer.parseInt(digits, radix);
            if (size >= 0) {
                return size;
            }
        } catch (NumberFormatException error) {
            // Refused below.
        }
        throw new ProtocolException("not the size of a body: " + digits);
    }

    private byte[] exactly(int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("the connection ended in the middle of an answer");
        }
        return bytes;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended without the answer, or in the middle of it");
            }
            line.write(c);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /** The reset in an exception of TLS, else the exception. */
    private static IOException reset(SSLException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketException) {
                return (SocketException) cause;
            }
        }
        return error;
    }
}
