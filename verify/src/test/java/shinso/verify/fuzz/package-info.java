/** Tests of the fuzzer, and the fuzzer as a test. */
@NullMarked
package shinso.verify.fuzz;

import org.jspecify.annotations.NullMarked;
