package hoplab;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.SearchOption;
import org.opentest4j.TestAbortedException;

/**
 * A {@link Lab} for each class with a {@link HoplabScenario}, restored between its tests. When a test fails, what
 * became of its connections is printed.
 */
public final class HoplabExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(HoplabExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        running(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        running(context).begin();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Optional<Throwable> failure = context.getExecutionException();
        if (failure.isPresent() && !(failure.get() instanceof TestAbortedException)) {
            String test = context.getRequiredTestClass().getSimpleName() + "." + context.getDisplayName();
            System.out.println("---- hoplab: " + test + "\n" + running(context).report());
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Lab.class;
    }

    @Override
    public Lab resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return running(context).lab;
    }

    /** That of the context's scenario, which ends with the class that has the annotation. */
    private static Running running(ExtensionContext context) {
        HoplabScenario scenario = scenario(context).orElseThrow(() -> new ExtensionConfigurationException(
                "the test class names no scenario: @HoplabScenario(\"scenario.json\")"));
        ExtensionContext place = context;
        while (place.getParent().flatMap(HoplabExtension::scenario).filter(scenario::equals).isPresent()) {
            place = place.getParent().get();
        }
        return place.getStore(NAMESPACE).getOrComputeIfAbsent(scenario, Running::new, Running.class);
    }

    private static Optional<HoplabScenario> scenario(ExtensionContext context) {
        return context.getTestClass().flatMap(test -> AnnotationSupport.findAnnotation(
                test, HoplabScenario.class, SearchOption.INCLUDE_ENCLOSING_CLASSES));
    }

    /** The lab of a class, and what there was when its current test began. */
    private static final class Running implements ExtensionContext.Store.CloseableResource {
        private final HoplabScenario scenario;
        private Lab lab;
        private Set<Long> earlier = Set.of();

        Running(HoplabScenario scenario) {
            this.scenario = scenario;
            lab = new Lab(scenario.value(), scenario.options());
        }

        void begin() {
            if (lab.isRunning()) {
                lab.restore();
            } else { // it has ended in an earlier test
                lab.stop();
                lab = new Lab(scenario.value(), scenario.options());
            }
            earlier = Report.ids(lab.flows());
        }

        String report() {
            return Report.text(lab, earlier);
        }

        @Override
        public void close() {
            lab.stop();
        }
    }
}
