/**
 * Handwritten digits drawn by the program: a data set that is there without a network.
 *
 * <p>A {@link shinso.train.data.glyphs.DigitStrokes way of writing} a digit is a few strokes of a
 * {@link shinso.train.data.glyphs.Pen pen} that trembles. {@link shinso.train.data.glyphs.Pose}
 * slants, turns, stretches and moves them and bends the paper, {@link
 * shinso.train.data.glyphs.Paper} inks, blurs and soils them. Every example is a pure function of
 * seed, part and index; only operations that IEEE 754 fixes to the last bit and {@link
 * java.lang.StrictMath} reach the pixels, so the bytes are the same on every machine.
 */
@NullMarked
package shinso.train.data.glyphs;

import org.jspecify.annotations.NullMarked;
