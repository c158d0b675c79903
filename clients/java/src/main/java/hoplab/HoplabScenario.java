package hoplab;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The scenario of a test class: its tests, and those of the classes nested in it, share one {@link Lab}, which is
 * restored before each, and which is a parameter of whatever asks for it. The tests of a class run one after the other.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(HoplabExtension.class)
@Execution(ExecutionMode.SAME_THREAD)
public @interface HoplabScenario {
    /** The file, in the folder of the run, which is the project's for Maven and Gradle. */
    String value();

    /** Options for {@code hoplab up}, such as "--set", "service=127.0.0.1:9000". */
    String[] options() default {};
}
