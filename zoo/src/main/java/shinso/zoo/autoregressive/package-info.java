/** Autoregressive models: p(x) as the product of p(xᵢ | x₁ … xᵢ₋₁). */
@NullMarked
package shinso.zoo.autoregressive;

import org.jspecify.annotations.NullMarked;
