/** Judging of made-up examples, whatever model they are from. */
@NullMarked
package shinso.zoo.judge;

import org.jspecify.annotations.NullMarked;
