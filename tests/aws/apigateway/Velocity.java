// Renders the templates of velocity_cases.txt with Apache Velocity 1.7, and says where the texts that
// stand there are others. Takes the file; with a second argument prints its cases as Velocity has them.

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;
import org.apache.velocity.runtime.log.NullLogChute;

public class Velocity {
    record Case(String name, String template, String result) {}

    static final String FAILS = "--- fails", RENDERS = "--- renders";

    static List<Case> read(Path path) throws Exception {
        List<Case> cases = new ArrayList<>();
        String[] parts = Files.readString(path).split("(?m)^=== ");
        for (String part : Arrays.asList(parts).subList(1, parts.length)) {
            String name = part.substring(0, part.indexOf('\n'));
            String rest = part.substring(name.length() + 1);
            int end = rest.indexOf("\n--- ");
            String result = rest.substring(end + 1, rest.length() - 1);
            cases.add(new Case(name, rest.substring(0, end), result));
        }
        return cases;
    }

    static String rendered(String template) {
        VelocityEngine engine = new VelocityEngine();
        engine.setProperty("runtime.log.logsystem", new NullLogChute());
        engine.init();
        StringWriter text = new StringWriter();
        try {
            engine.evaluate(new VelocityContext(), text, "case", template);
        } catch (Exception error) {
            return FAILS;
        }
        return RENDERS + "\n" + text;
    }

    public static void main(String[] arguments) throws Exception {
        int different = 0;
        for (Case one : read(Path.of(arguments[0]))) {
            String rendered = rendered(one.template());
            if (arguments.length > 1) {
                System.out.print("=== " + one.name() + "\n" + one.template() + "\n" + rendered + "\n");
            } else if (!rendered.equals(one.result())) {
                System.out.println(one.name() + "\n  expected " + one.result() + "\n  rendered " + rendered);
                ++different;
            }
        }
        System.exit(different > 0 ? 1 : 0);
    }
}
