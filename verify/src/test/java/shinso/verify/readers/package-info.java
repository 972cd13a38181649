/** Tests of the fuzzer of readers, and of the readers by it. */
@NullMarked
package shinso.verify.readers;

import org.jspecify.annotations.NullMarked;
