/** Convolutional networks. */
@NullMarked
package shinso.zoo.convolution;

import org.jspecify.annotations.NullMarked;
