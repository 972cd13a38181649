/**
 * What a run looks like. A {@link shinso.train.report.Report} is one HTML file that needs neither
 * server nor network: numbers, curves, and {@link shinso.train.report.Section}s such as a confusion
 * matrix or the hardest mistakes. {@link shinso.train.report.PictureGrid} turns tensors of images
 * into pictures. Curves are drawn as SVG by {@link shinso.train.report.LineChart}, which follows
 * the reader's light or dark mode as a picture can't.
 */
@NullMarked
package shinso.train.report;

import org.jspecify.annotations.NullMarked;
