/** The documentation's examples, compiled and run as they are printed. */
@NullMarked
package shinso.verify.docs;

import org.jspecify.annotations.NullMarked;
