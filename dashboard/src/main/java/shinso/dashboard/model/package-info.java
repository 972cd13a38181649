/**
 * Hands on the models: what a run's model can do, tried out on the page.
 *
 * <p>What is offered follows from the interfaces of {@link shinso.nn.model}, and is done as the
 * commands {@code predict}, {@code complete}, {@code encode} and {@code sample} do it: the same
 * picture is given the same probabilities, the same seed draws the same picture.
 *
 * <p>A model is loaded once ({@link shinso.dashboard.model.Models}), answers one request at a time,
 * and its functions are compiled once. While its run trains it is that of the last checkpoint,
 * which is found without computing or writing anything in the run's folder. Nothing is kept for a
 * page: chains have their states there and send them back.
 *
 * <p>Each field of a request is taken with its bounds ({@link shinso.dashboard.model.Fields});
 * pictures are decoded within limits ({@link shinso.dashboard.model.GivenPicture}).
 */
@NullMarked
package shinso.dashboard.model;

import org.jspecify.annotations.NullMarked;
