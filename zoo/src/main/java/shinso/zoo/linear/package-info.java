/** Models that are linear in their parameters. */
@NullMarked
package shinso.zoo.linear;

import org.jspecify.annotations.NullMarked;
