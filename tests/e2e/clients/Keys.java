// One GET for each line of standard input, on a connection of its own: ID, address, port, name, CA,
// certificate and key (not used), keystore, version, by tabs. The keystore's password is "hoplab". Prints a
// line each: ID<tab>"200 <body>", or the exceptions, outermost first.
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

public class Keys {
  static SSLContext context(String bundle, String keystore) throws Exception {
    KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
    authorities.load(null, null);
    try (InputStream in = new FileInputStream(bundle)) {
      int number = 0;
      for (Certificate ca : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        authorities.setCertificateEntry("ca-" + number++, ca);
      }
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);
    char[] password = "hoplab".toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = new FileInputStream(keystore)) {
      store.load(in, password);
    }
    KeyManagerFactory keys =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  static String ask(String[] fields) throws Exception {
    Socket plain = new Socket();
    plain.connect(new InetSocketAddress(fields[1], Integer.parseInt(fields[2])));
    try (SSLSocket socket = (SSLSocket) context(fields[4], fields[7]).getSocketFactory()
             .createSocket(plain, fields[3], 443, true)) {
      socket.setEnabledProtocols(new String[] {"TLSv" + fields[8]});
      socket.getOutputStream().write(
          ("GET / HTTP/1.1\r\nHost: " + fields[3] + "\r\nConnection: close\r\n\r\n").getBytes());
      String answer = new String(socket.getInputStream().readAllBytes());
      int end = answer.indexOf("\r\n\r\n");
      return answer.split(" ")[1] + " " + answer.substring(end + 4);
    }
  }

  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = in.readLine()) != null; ) {
      String[] fields = line.split("\t");
      String words;
      try {
        words = ask(fields);
      } catch (Exception error) {
        words = error.toString();
        if (error.getCause() != null) words += " < " + error.getCause();
      }
      System.out.println(fields[0] + "\t" + words.replace('\n', ' '));
    }
  }
}
