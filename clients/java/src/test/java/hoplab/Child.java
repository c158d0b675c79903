package hoplab;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A program that starts a lab and runs until its input ends; tests run it with an environment of its own. */
final class Child {
    private Child() {
    }

    public static void main(String[] arguments) throws IOException {
        try (Lab lab = new Lab(arguments[0], Arrays.copyOfRange(arguments, 1, arguments.length))) {
            System.out.println(String.join(" ", "running", "" + lab.pid(), lab.out().toString(), lab.address(),
                    "" + lab.port()));
            System.in.read();
        } catch (LabException error) {
            System.out.println(error.getMessage());
        }
    }

    static Process start(Map<String, String> environment, String... arguments) throws IOException {
        return start(List.of(), environment, Child.class, arguments);
    }

    /** Another JVM; a variable with an empty value is not set in it. */
    static Process start(List<String> options, Map<String, String> environment, Class<?> program, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-cp", System.getProperty("java.class.path")));
        command.addAll(options);
        command.add(program.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        return builder.start();
    }

    static String line(Process child) throws IOException {
        return new BufferedReader(new InputStreamReader(child.getInputStream())).readLine();
    }
}
