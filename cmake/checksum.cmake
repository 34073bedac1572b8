# cmake -P checksum.cmake TEXT FOLDER SUM: writes the checksum of a preprocessed TEXT to SUM, in which it does not matter
# where FOLDER is.
file(READ "${CMAKE_ARGV3}" text)
string(REPLACE "${CMAKE_ARGV4}/" "" text "${text}")
string(SHA256 checksum "${text}")
file(WRITE "${CMAKE_ARGV5}" "${checksum}\n")
