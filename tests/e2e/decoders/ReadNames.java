// How services in Java read a distinguished name out of a header. Reads a line each: the text, a tab, and
// base64 of the DER of the name in the certificate. Prints the names of the readers and then, for each
// line, what LdapName read (TYPE=HEX, HEX of UTF-8 or # and of DER; sorted within a part) and whether an
// X500Principal of the text "equals" the certificate's or "differs"; or "!" and why not.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

public class ReadNames {
  static String hex(Object value) {
    HexFormat format = HexFormat.of();
    return value instanceof byte[] der
        ? "#" + format.formatHex(der)
        : format.formatHex(((String) value).getBytes(StandardCharsets.UTF_8));
  }

  static String part(Rdn rdn) throws NamingException {
    List<String> read = new ArrayList<>();
    for (Attribute attribute : Collections.list(rdn.toAttributes().getAll())) {
      for (Object value : Collections.list(attribute.getAll())) {
        read.add(attribute.getID() + "=" + hex(value));
      }
    }
    Collections.sort(read);
    return String.join("+", read);
  }

  static String ldapName(String text) {
    try {
      List<String> parts = new ArrayList<>();
      for (Rdn rdn : new LdapName(text).getRdns()) parts.add(0, part(rdn));
      return String.join(",", parts);
    } catch (NamingException error) {
      return "! " + error;
    }
  }

  static String x500Principal(String text, byte[] der) {
    try {
      return new X500Principal(text).equals(new X500Principal(der)) ? "equals" : "differs";
    } catch (IllegalArgumentException error) {
      return "! " + error.getCause().getMessage();
    }
  }

  public static void main(String[] arguments) throws Exception {
    System.out.println("LdapName\tX500Principal");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = in.readLine()) != null;) {
      String[] given = line.split("\t", 2);
      String read = ldapName(given[0]) + "\t"
          + x500Principal(given[0], Base64.getDecoder().decode(given[1]));
      System.out.println(read.replaceAll("[\r\n]", " "));
    }
  }
}
