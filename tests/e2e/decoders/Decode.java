// How services in Java read the certificate out of a header: as decode.py, with rules of products.
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public class Decode {
  interface Rule {
    Collection<? extends Certificate> certificates(String value) throws Exception;
  }

  // java.net.URLDecoder reads forms: of a plus it makes a space.
  static String formDecoded(String value) {
    return URLDecoder.decode(value, StandardCharsets.UTF_8);
  }

  static String escapedPlus(String value) {
    return value.replace("+", "%2B");
  }

  static InputStream stream(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  static InputStream stream(String text) {
    return stream(text.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] base64Between(String pem) {
    return Base64.getDecoder().decode(
        pem.replaceAll("-----(BEGIN|END) CERTIFICATE-----", "").replaceAll("[\r\n]", ""));
  }

  static Map<String, Rule> rules() throws Exception {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Map<String, Rule> rules = new LinkedHashMap<>();
    // WSO2 API Manager before carbon-apimgt 13878 (api-manager #5085), Keycloak's provider for nginx.
    rules.put("URLDecoder", value -> factory.generateCertificates(stream(formDecoded(value))));
    // WSO2 API Manager since: a plus is escaped first.
    rules.put("WSO2",
        value -> factory.generateCertificates(stream(formDecoded(escapedPlus(value)))));
    // Gravitee Access Management since 5915: so are a slash and an equals sign; the first certificate.
    rules.put("Gravitee", value -> List.of(factory.generateCertificate(stream(formDecoded(
        escapedPlus(value).replace("/", "%2F").replace("=", "%3D"))))));
    // The provider "awsalb" offered to Keycloak (31778), with Keycloak's way to read PEM: a plus is
    // escaped first; then no BEGIN and END, no line ends, and base64 of what is left.
    rules.put("Keycloak", value -> List.of(factory.generateCertificate(stream(
        base64Between(formDecoded(escapedPlus(value)))))));
    return rules;
  }

  static String told(Rule rule, String value) {
    try {
      List<String> ders = new ArrayList<>();
      for (Certificate certificate : rule.certificates(value)) {
        ders.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
      }
      return String.join(" ", ders);
    } catch (Exception error) {
      return "! " + error.toString().replaceAll("\\s+", " ");
    }
  }

  public static void main(String[] arguments) throws Exception {
    Map<String, Rule> rules = rules();
    System.out.println(String.join("\t", rules.keySet()));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String value; (value = in.readLine()) != null;) {
      List<String> cells = new ArrayList<>();
      for (Rule rule : rules.values()) cells.add(told(rule, value));
      System.out.println(String.join("\t", cells));
    }
  }
}
