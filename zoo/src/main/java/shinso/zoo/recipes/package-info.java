/**
 * Reproductions of numbers and figures, one file each, in packages by area. {@link
 * shinso.zoo.recipes.Recipes} lists them all.
 */
@NullMarked
package shinso.zoo.recipes;

import org.jspecify.annotations.NullMarked;
