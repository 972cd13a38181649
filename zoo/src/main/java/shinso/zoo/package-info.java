/**
 * Models, each readable next to its paper, and beside them the recipes that reproduce their
 * results, in one package an area. {@link shinso.zoo.Recipes} finds recipes by their names.
 */
@NullMarked
package shinso.zoo;

import org.jspecify.annotations.NullMarked;
