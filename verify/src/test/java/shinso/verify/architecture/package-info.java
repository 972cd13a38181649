/**
 * What the project's structure promises, as tests on the compiled classes.
 *
 * <p>{@link shinso.verify.architecture.Rules} holds the promises for any root package. {@link
 * shinso.verify.architecture.ArchitectureTest} applies them to the project, and to the small world
 * below {@code broken}, where each is broken once: a rule that can't fail protects nothing.
 */
@NullMarked
package shinso.verify.architecture;

import org.jspecify.annotations.NullMarked;
