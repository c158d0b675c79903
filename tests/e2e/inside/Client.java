// A client that knows a URL and its certificate.
import java.io.FileInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

public class Client {
  public static void main(String[] arguments) throws Exception {
    char[] password = "hoplab".toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(new FileInputStream(System.getenv("HOPLAB_P12_" + arguments[0].toUpperCase())), password);
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(keys, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    HttpRequest request = HttpRequest.newBuilder(URI.create("https://api.example.com/widgets")).build();
    System.out.println(HttpClient.newBuilder().sslContext(context).build()
        .send(request, HttpResponse.BodyHandlers.ofString()).body());
  }
}
