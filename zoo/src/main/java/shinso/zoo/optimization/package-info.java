/** Rules that move parameters, looked at where one can see what they do. */
@NullMarked
package shinso.zoo.optimization;

import org.jspecify.annotations.NullMarked;
