package shinso.train.figure;

import java.awt.geom.Rectangle2D;
import java.util.List;

/**
 * What is said of the cells of a grid.
 *
 * @param place where it lies
 * @param columns what the columns are called, from left to right
 * @param rows what the rows are called, from top to bottom
 * @param values what is in the cells, row by row
 * @param columnsFirst whether the column is said before the row
 */
record HoverCells(
    Rectangle2D place,
    List<String> columns,
    List<String> rows,
    List<String> values,
    boolean columnsFirst) {}
