import { PeerhoodError } from "@peerhood/core";

/**
 * A package that is there only where somebody wants it.
 * @throws PeerhoodError `PACKAGE_MISSING`
 */
export async function importPeer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const message = `This driver needs the package ${name}: npm install ${name}`;
    throw new PeerhoodError("PACKAGE_MISSING", message, { cause: error });
  }
}
