/** Learning from examples with the right answer: classification. */
@NullMarked
package shinso.zoo.recipes.supervised;

import org.jspecify.annotations.NullMarked;
