/**
 * Convolutional networks: architectures ({@link shinso.zoo.convolution.PictureNetwork}) for
 * pictures of any size, and what they do better than dense networks of the same size.
 */
@NullMarked
package shinso.zoo.convolution;

import org.jspecify.annotations.NullMarked;
