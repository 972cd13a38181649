/**
 * Random programs against the reference interpreter, so that an engine that computes a wrong number
 * is found before somebody trains with it.
 *
 * <p>A {@link shinso.verify.fuzz.FuzzProgram} is data: steps, each an operation of a table on
 * earlier values. {@link shinso.verify.fuzz.Generator} makes one of a seed, {@link
 * shinso.verify.fuzz.ProgramChecks} compiles it in several ways and compares, {@link
 * shinso.verify.fuzz.Shrinker} makes a program that fails as small as it gets, and {@link
 * shinso.verify.fuzz.JavaText} prints it.
 *
 * <p>How much a right result may differ is not a constant. {@link shinso.verify.fuzz.Oracle}
 * computes a program in double several times, each time with roundings of its own after every
 * operation; what such roundings change is what rounding to float may change. Where they decide a
 * comparison, an element is in doubt and not compared; small integers, for which float is exact,
 * must be met exactly.
 */
@NullMarked
package shinso.verify.fuzz;

import org.jspecify.annotations.NullMarked;
