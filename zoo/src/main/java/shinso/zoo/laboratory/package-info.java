/** Exercises of a laboratory course: networks, optimisers and functions compared side by side. */
@NullMarked
package shinso.zoo.laboratory;

import org.jspecify.annotations.NullMarked;
