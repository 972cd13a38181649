/** Back-propagation, written out as the books derive it. */
@NullMarked
package shinso.zoo.backprop;

import org.jspecify.annotations.NullMarked;
