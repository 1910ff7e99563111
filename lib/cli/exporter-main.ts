// Starts the exporter without the other commands: the program of its image.
import { exporterCommand } from './exporter.ts';
import { runOneCommand } from './one-command.ts';

void runOneCommand(exporterCommand());
