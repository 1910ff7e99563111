// Starts the simulator without the other commands: the program of its image.
import { applianceCommand } from './appliance.ts';
import { runOneCommand } from './one-command.ts';

void runOneCommand(applianceCommand());
