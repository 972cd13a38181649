/** Tests of what benchmarks count, read and print; none asserts a time. */
@NullMarked
package shinso.verify.bench;

import org.jspecify.annotations.NullMarked;
