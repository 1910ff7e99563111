/** The configuration cannot be used. The message names the file, the position and the reason. */
export class ConfigurationInvalid extends Error {
  override readonly name = 'ConfigurationInvalid';
}
