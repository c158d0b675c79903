// One GET for each library and certificate. The address comes from -Djdk.net.hosts.file. Prints a line
// each: LIBRARY<tab>NAME<tab>"200 <body>", or the exceptions, outermost first.
// Usage: java Client.java URL CA PASSWORD [NAME=KEYSTORE.p12 | NAME=]...
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public class Client {
  static KeyStore authorities(String bundle) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = new FileInputStream(bundle)) {
      int number = 0;
      for (Certificate ca : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + number++, ca);
      }
    }
    return store;
  }

  static SSLContext context(String bundle, String keystore, char[] password) throws Exception {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities(bundle));
    KeyManagerFactory keys = null;
    if (!keystore.isEmpty()) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      try (InputStream in = new FileInputStream(keystore)) {
        store.load(in, password);
      }
      keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  static String viaHttpClient(String url, SSLContext context, HttpClient.Version version)
      throws Exception {
    HttpClient client = HttpClient.newBuilder().sslContext(context).version(version).build();
    // Without one, a reset at the wrong moment of HTTP/2's start leaves it waiting for ever.
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    String other = response.version() == version ? "" : " by " + response.version();
    return response.statusCode() + other + " " + response.body();
  }

  static String viaUrlConnection(String url, SSLContext context) throws Exception {
    HttpsURLConnection connection = (HttpsURLConnection) new URL(url).openConnection();
    connection.setSSLSocketFactory(context.getSocketFactory());
    int status = connection.getResponseCode();
    try (InputStream in = connection.getInputStream()) {
      return status + " " + new String(in.readAllBytes());
    } finally {
      connection.disconnect();
    }
  }

  static void tell(Throwable error, List<String> told) {
    String words = error.getClass().getSimpleName() + ": " + error.getMessage();
    if (!told.contains(words)) told.add(words);
    for (Throwable also : error.getSuppressed()) tell(also, told);
    if (error.getCause() != null) tell(error.getCause(), told);
  }

  static String get(String library, String url, SSLContext context) throws Exception {
    try {
      switch (library) {
        case "HttpClient":
          return viaHttpClient(url, context, HttpClient.Version.HTTP_1_1);
        case "HttpClient HTTP/2":
          return viaHttpClient(url, context, HttpClient.Version.HTTP_2);
        default:
          return viaUrlConnection(url, context);
      }
    } catch (IOException error) {
      List<String> told = new ArrayList<>();
      tell(error, told);
      return String.join(" < ", told);
    }
  }

  public static void main(String[] arguments) throws Exception {
    for (String library : List.of("HttpClient", "HttpClient HTTP/2", "HttpsURLConnection")) {
      for (int i = 3; i < arguments.length; ++i) {
        String[] parts = arguments[i].split("=", 2);
        SSLContext context = context(arguments[1], parts[1], arguments[2].toCharArray());
        System.out.println(library + "\t" + parts[0] + "\t" + get(library, arguments[0], context));
      }
    }
  }
}
