/**
 * What is drawn. A {@link shinso.train.figure.Figure} is data first: an immutable record of numbers
 * and names, which a test can look at. It is drawn in two ways by the same lines of code: as a PNG
 * (an animation as a GIF) for the run folder, and as a piece of HTML for the report, which says the
 * numbers under the mouse, follows the reader's light or dark mode and needs no network.
 *
 * <p>A kind of figure draws itself on a {@code Canvas} that is either a {@code Raster} (Java 2D) or
 * an {@code Svg}; what plots have in common, titles, legends and axes, is in {@code PlotFrame}.
 * Colours are those of Okabe and Ito for things with names and viridis for numbers, which people
 * with any kind of colour vision can tell apart.
 */
@NullMarked
package shinso.train.figure;

import org.jspecify.annotations.NullMarked;
